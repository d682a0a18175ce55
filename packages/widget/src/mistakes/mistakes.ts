import { findInCall, lacking } from './calls.ts';
import { type Mistake, opaqueOrigin } from './mistake.ts';
import { PAGE } from './page.ts';
import { probeSocket } from './probe.ts';
import type { Explain, Trouble } from './trouble.ts';

const told = new Set<string>();

/** Says each thing once, however often a page runs into it. */
export const explain: Explain = async (trouble) => {
  const found = await find(trouble);
  if (found === null) return null;
  const { id, says, code = id } = found;
  const text = `Beckon: ${id}: ${says} See ${PAGE}#${id}`;
  if (!told.has(text)) console.error(text);
  told.add(text);
  return code;
};

async function find(trouble: Trouble): Promise<Mistake | null> {
  switch (trouble.of) {
    case 'refusal': {
      const { code, description } = trouble;
      return code === 'origin_not_allowed'
        ? { id: code, says: `${description}.` }
        : { id: 'other-refusals', says: `${code}: ${description}.`, code };
    }
    case 'server':
    case 'request_url':
      return findInCall(trouble);
    case 'socket':
      // The long poll carries the sign-in, so nothing but this tells of it.
      return (await probeSocket(trouble.url)) === 'blocked' ? lacking(new URL(trouble.url).origin) : null;
    case 'frame':
      return findInFrame(trouble);
    case 'module':
      return { id: 'setup_module', says: 'a module cannot read data-login-url. Remove type="module".' };
    case 'target':
      return { id: 'setup_target', says: `nothing on this page matches data-target="${trouble.selector}".` };
    case 'link':
      return {
        id: 'setup_sandbox',
        says: 'the link led nowhere. A sandbox around this page needs allow-top-navigation-by-user-activation.',
      };
    default:
      return trouble satisfies never;
  }
}

/** A browser does not tell a page why a frame of another origin stays silent. */
function findInFrame({ src, origin, blocked, shown }: Extract<Trouble, { readonly of: 'frame' }>): Mistake {
  if (blocked)
    return { id: 'setup_frame_src', says: `the page's policy forbids it. Add 'self' ${origin} to frame-src.` };
  const silent = `${src} does not answer. Add ${self.origin} to the client's allowed_origins, or open it in a tab to see why.`;
  const own = `${src} shows ${shown?.URL}, a page of this website. It must redirect to ${origin}.`;
  // The blank one is there until the first has come.
  const isOwn = shown !== null && shown.URL !== 'about:blank';
  return opaqueOrigin() ?? { id: 'setup_frame', says: isOwn ? own : silent };
}
