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
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bWindows NT\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** What people call that browser, or the app that shows pages in itself; null where it has no name. A hint, as all of this. */
export function browserName(user_agent: string): string | null {
  const name = BROWSERS.find(([pattern]) => pattern.test(user_agent))?.[1];
  return name === undefined || name === 'An app' ? null : name;
}

/** What a person can compare with the screen before them: "Chrome on Windows". A hint, never a proof: browsers say what they like. */
export function readableUserAgent(user_agent: string): string {
  const browser = BROWSERS.find(([pattern]) => pattern.test(user_agent))?.[1] ?? 'A browser';
  const system = SYSTEMS.find(([pattern]) => pattern.test(user_agent))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
