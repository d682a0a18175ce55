const BROWSERS: readonly (readonly [RegExp, string])[] = [
  // Apps that show pages in themselves come first: they name the engine too, as every browser does.
  [/\bInstagram\b/, 'Instagram'],
  [/\bOrca-Android\b|\bMessenger(?:Lite)?ForiOS\b/, 'Messenger'],
  [/\bFB(?:AN|AV|_IAB)\//, 'Facebook'],
  [/\bmusical_ly|\bBytedanceWebview\b|\bTikTok\b/, 'TikTok'],
  [/\bLine\//, 'LINE'],
  [/\bMicroMessenger\//, 'WeChat'],
  [/\bSnapchat\b/, 'Snapchat'],
  [/\bLinkedInApp\b/, 'LinkedIn'],
  [/\bGSA\//, 'the Google app'],
  [/; wv\)/, 'An app'],
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/Chrome\/|\bChromium\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];
/** An Android tablet leaves out "Mobile", as Chrome's and Firefox's makers prescribe. An iPad may say that it is a Mac. */
const DEVICES: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b.*\bMobile\b/, 'an Android phone'],
  [/\bAndroid\b/, 'an Android tablet'],
  [/\biPhone\b/, 'an iPhone'],
  [/\biPad\b/, 'an iPad'],
  [/\bWindows NT\b/, 'a Windows computer'],
  [/\bCrOS\b/, 'a Chromebook'],
  [/\bMac OS X\b/, 'a Mac'],
  [/\bLinux\b/, 'a Linux computer'],
];

/** What people call that browser, or the app that shows pages in itself; null where it has no name. A hint, as all of this. */
export function browserName(user_agent: string): string | null {
  const name = BROWSERS.find(([pattern]) => pattern.test(user_agent))?.[1];
  return name === undefined || name === 'An app' ? null : name;
}

/** What a person can compare with the screen before them: "Chrome on a Windows computer". A hint, never a proof: browsers say what they like. */
export function readableUserAgent(user_agent: string): string {
  const browser = BROWSERS.find(([pattern]) => pattern.test(user_agent))?.[1] ?? 'A browser';
  const device = DEVICES.find(([pattern]) => pattern.test(user_agent))?.[1];
  return device === undefined ? browser : `${browser} on ${device}`;
}

/** How long ago, as people say it: "just now", "3 minutes ago". @param age in ms */
export function readableAge(age: number): string {
  const minutes = Math.floor(age / 60_000);
  if (minutes < 1) return 'just now';
  return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`;
}
