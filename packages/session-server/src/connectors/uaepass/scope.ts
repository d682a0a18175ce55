import type { LocalizedText } from '../connector.ts';
import { GENERAL_SCOPE, type ResolvedUaePassOptions } from './options.ts';

/**
 * UAE PASS's scopes for the website's. Its general scope gives the whole profile or nothing, so it is always
 * asked for, and what no scope of the website covers is dropped when the answer is here. The others give
 * UAE PASS's own claims alone.
 */
export function scopeFor(asked: readonly string[], { id, ownScope }: ResolvedUaePassOptions): readonly string[] {
  return [...new Set([GENERAL_SCOPE, ...(asked.includes(id) ? ownScope : [])])];
}

const GENERAL: LocalizedText = {
  en: 'your whole general profile, because UAE PASS shares no less: names, e-mail address, mobile number and, as far as your account has them, nationality, gender and Emirates ID',
  ar: 'ملفك الشخصي العام بالكامل، لأن الهوية الرقمية لا تشارك أقل من ذلك: الأسماء والبريد الإلكتروني ورقم الهاتف المتحرك، والجنسية والجنس ورقم الهوية الإماراتية إن وُجدت في حسابك',
};
const OWN: LocalizedText = {
  en: 'whether you are a visitor, and further details of your account',
  ar: 'ما إذا كنت زائرًا، وتفاصيل أخرى من حسابك',
};

/** The same in words. */
export function askedInWords(asked: readonly string[], options: ResolvedUaePassOptions): readonly LocalizedText[] {
  return scopeFor(asked, options).length > 1 ? [GENERAL, OWN] : [GENERAL];
}
