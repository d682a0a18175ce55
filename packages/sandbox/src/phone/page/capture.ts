import { decode } from './decode.ts';

export type CaptureSource = 'camera' | 'screen';

/** What this browser can scan with. */
export function canCapture(source: CaptureSource): boolean {
  const devices = navigator.mediaDevices as Partial<MediaDevices> | undefined;
  return source === 'camera' ? devices?.getUserMedia !== undefined : devices?.getDisplayMedia !== undefined;
}

/** Asks the person for the camera or for a window, tab or screen. @throws DOMException `NotAllowedError` when refused */
export async function openCapture(source: CaptureSource): Promise<MediaStream> {
  if (source === 'camera')
    return navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  const options: DisplayMediaStreamOptions & { controller?: unknown } = { audio: false, video: { frameRate: 5 } };
  // Chromium would switch to the captured tab and put this page, which does the reading, to sleep.
  const Controller = (globalThis as { CaptureController?: new () => { setFocusBehavior(behavior: string): void } })
    .CaptureController;
  if (Controller !== undefined) {
    const controller = new Controller();
    controller.setFocusBehavior('no-focus-change');
    options.controller = controller;
  }
  return navigator.mediaDevices.getDisplayMedia(options);
}

/** Between two looks, in ms: the page stays usable, and a code is on the screen for two seconds. */
const PAUSE_MS = 120;

/**
 * Reads frames until one holds a QR code.
 * @returns its text, or null when the person stopped: by `signal`, or by the browser's own button
 */
export async function readFrames(
  video: HTMLVideoElement,
  stream: MediaStream,
  signal: AbortSignal,
): Promise<string | null> {
  const ended = new AbortController();
  stream.getVideoTracks()[0]?.addEventListener('ended', () => ended.abort(), { signal });
  try {
    video.srcObject = stream;
    await video.play();
    for (let turn = 0; !signal.aborted && !ended.signal.aborted; turn++) {
      const frame = { source: video, width: video.videoWidth, height: video.videoHeight };
      const text = decode(frame, turn % 2 === 0 ? 1 : 0.5, 'once');
      if (text !== null) return text;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
