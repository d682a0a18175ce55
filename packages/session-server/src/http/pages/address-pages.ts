import { noticePage } from './page.ts';

/** What a person sees who opens the server's own address. */
export function rootPage(host: string): string {
  return noticePage({
    sign: { icon: 'shield', tone: 'accent' },
    title: 'Sign-in server',
    text: `Websites use ${host} to let people sign in. To sign in, go to the website.`,
  });
}

/** What a person sees at an address that leads nowhere. */
export function nothingPage(host: string): string {
  return noticePage({
    sign: { icon: 'info', tone: 'calm' },
    title: 'There is nothing here',
    text: `The address leads to no page of ${host}. Check it, or go back to the website and start again.`,
  });
}

/** The mark of our pages: the corner of a QR code. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <rect width="32" height="32" rx="7" fill="#1a56db"/>
  <path fill="#fff" fill-rule="evenodd" d="M7 7h18v18H7zm4 4v10h10V11zm2 2h6v6h-6z"/>
</svg>
`;
