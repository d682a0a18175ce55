import { useEffect, useState } from 'react';
import { importDraw, type QrDraw } from '../qr/index.ts';

/** What draws codes; null until it has come. It is asked for once `wanted`, while the session is being made. */
export function useQrDraw(wanted: boolean): QrDraw | null {
  const [draw, setDraw] = useState<QrDraw | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let mounted = true;
    const load = async (): Promise<void> => {
      const loaded = await importDraw();
      if (mounted) setDraw(loaded);
    };
    load().catch((error: unknown) => console.error('Beckon: the QR encoder does not load.', error));
    return () => {
      mounted = false;
    };
  }, [wanted]);
  return draw;
}
