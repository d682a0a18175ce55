import type { Answered, Caller } from '../world/http.ts';

type Call = Parameters<Caller['call']>[0];

/** One browser's calls: it keeps the cookies that it is given, and sends all of them. */
export function createBrowser(caller: Caller): (call: Call) => Promise<Answered> {
  const cookies = new Map<string, string>();
  return async (call) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answered = await caller.call({
      ...call,
      headers: { ...call.headers, ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of [answered.headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = line.split(';', 1);
      const at = pair.indexOf('=');
      if (at === pair.length - 1) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answered;
  };
}
