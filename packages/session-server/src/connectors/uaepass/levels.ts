import type { LocalizedText, UpstreamRequest } from '../connector.ts';
import type { ResolvedUaePassOptions, SopLevel } from './options.ts';

const RANK: Readonly<Record<SopLevel, number>> = { SOP1: 1, SOP2: 2, SOP3: 3 };

/** The level that userinfo tells; null for one that UAE PASS did not define. */
export function levelOf(userType: unknown): SopLevel | null {
  const level = typeof userType === 'string' ? userType.trim().toUpperCase() : '';
  return level === 'SOP1' || level === 'SOP2' || level === 'SOP3' ? level : null;
}

/** The levels of the people who may go on at some client. */
export function levelsOf({ minimumLevel, byClient }: ResolvedUaePassOptions): readonly SopLevel[] {
  const minima = [minimumLevel, ...Object.values(byClient).flatMap((client) => client.minimumLevel ?? [])];
  const lowest = Math.min(...minima.map((each) => RANK[each]));
  return (['SOP1', 'SOP2', 'SOP3'] as const).filter((each) => RANK[each] >= lowest);
}

/**
 * Why this person may not go on, in UAE PASS's prescribed words; null when they may. Fails closed:
 * an unknown level is below every minimum but the lowest, which asks for nothing.
 */
export function refusalOf(
  level: SopLevel | null,
  options: ResolvedUaePassOptions,
  request: Pick<UpstreamRequest, 'client_id' | 'client_name'>,
): LocalizedText | null {
  const client = Object.hasOwn(options.byClient, request.client_id) ? options.byClient[request.client_id] : undefined;
  const minimum = client?.minimumLevel ?? options.minimumLevel;
  if (RANK[minimum] <= (level === null ? RANK.SOP1 : RANK[level])) return null;
  const name = client?.spName;
  return notEligible(name?.en ?? request.client_name, name?.['ar'] ?? name?.en ?? request.client_name);
}

/** docs.uaepass.ae, Text Message Guidelines: "SOP 1 - Unverified user restriction", word for word. */
function notEligible(spName: string, spNameAr: string): LocalizedText {
  return {
    en: `You are not eligible to access this service. Your account is either not upgraded or you have a visitor account. Please contact ${spName} to access the services.`,
    ar: `أنت غير مؤهل للوصول إلى هذه الخدمة. إما أن حسابك لم تتم ترقيته أو لديك حساب زائر. يرجى الاتصال بـ ${spNameAr} لتتمكن من الوصول إلى الخدمة.`,
  };
}

/** docs.uaepass.ae, Text Message Guidelines and Error Messages: "User cancels the login". */
export const CANCELLED: LocalizedText = {
  en: 'User cancelled the login.',
  ar: 'قام المستخدم بإلغاء تسجيل الدخول.',
};
