import { createRoot } from 'react-dom/client';
import { SignIn, type StatusChange } from '@beckon/widget/react';

const place = document.querySelector<HTMLElement>('#sign-in')!;
const { server, requestUrl } = place.dataset as { server: string; requestUrl: string };

/** As the custom element does by itself: listeners on the page hear how the sign-in goes. */
const tellPage = (detail: StatusChange) => document.dispatchEvent(new CustomEvent('beckon-status', { detail }));

createRoot(place).render(<SignIn server={server} requestUrl={requestUrl} onStatus={tellPage} />);
