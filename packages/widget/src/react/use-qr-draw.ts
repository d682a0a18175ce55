import { useEffect, useState } from 'react';
import { PAGE } from '../mistakes/index.ts';
import { importDraw, type QrDraw } from '../qr/index.ts';

/**
 * What draws codes; null until it has come, `lost` where it does not come. It is asked for once `wanted`, while the
 * session is being made.
 */
export function useQrDraw(wanted: boolean): QrDraw | 'lost' | null {
  const [draw, setDraw] = useState<QrDraw | 'lost' | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let mounted = true;
    const load = async (): Promise<void> => {
      const loaded = await importDraw();
      if (mounted) setDraw(loaded);
    };
    load().catch((error: unknown) => {
      console.error(`Beckon: setup_script: the QR encoder does not load. See ${PAGE}#setup_script`, error);
      if (mounted) setDraw('lost');
    });
    return () => {
      mounted = false;
    };
  }, [wanted]);
  return draw;
}
