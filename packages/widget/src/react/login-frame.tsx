import { useEffect, useRef, type JSX } from 'react';
import { mountFrame } from '../frame/index.ts';
import type { AnyProps } from './props.ts';
import { useLatest } from './use-latest.ts';

type LoginFrameProps = Omit<AnyProps, 'loginUrl'> & {
  readonly loginUrl: string;
  readonly title: string;
  readonly leave: (redirectTo: string) => void;
};

/** The page's existing login route in an iframe: everything happens in there, the top page goes where it says. */
export function LoginFrame(props: LoginFrameProps): JSX.Element {
  const { server, loginUrl, title, theme, locale } = props;
  const container = useRef<HTMLDivElement>(null);
  const latest = useLatest(props);
  useEffect(() => {
    if (!container.current) return;
    const frame = mountFrame({
      container: container.current,
      src: loginUrl,
      // Without one it says which URL is missing.
      origin: server ?? '',
      title,
      theme,
      locale,
      onStatus: (status) => latest.current.onStatus?.({ status, state: null }),
      onStep: (step) => latest.current.onStep?.(step),
      onError: (error) => latest.current.onError?.({ error }),
      // The component decides, by the same rule and the latest properties.
      redirect: false,
      onComplete: ({ redirectTo }) => latest.current.leave(redirectTo),
    });
    return () => frame.close();
  }, [server, loginUrl, title, theme, locale, latest]);
  return <div className="bk-frame" ref={container} />;
}
