import type { Response } from 'express';
import { html, sendPage } from '../http/html.ts';
import type { UaePassAccount, UaePassAccounts } from './accounts.ts';
import type { Standing, Transaction } from './requests.ts';

const TEXTS = {
  en: {
    login: 'Log in with UAE PASS',
    username: 'Emirates ID, email or phone',
    next: 'Log in',
    cancel: 'Cancel',
    accounts: 'Accounts of this sandbox',
    goOn: 'Continue as',
    visitor: 'visitor',
    approve: 'Confirm in the app',
    choose: 'Choose this number in the UAE PASS app:',
    app: 'The UAE PASS app asks: which number do you see?',
    answered: 'I have answered on my phone',
    over: 'This request is over. Start again where you came from.',
  },
  ar: {
    login: 'تسجيل الدخول بالهوية الرقمية',
    username: 'رقم الهوية أو البريد الإلكتروني أو الهاتف',
    next: 'تسجيل الدخول',
    cancel: 'إلغاء',
    accounts: 'حسابات تجريبية',
    goOn: 'المتابعة باسم',
    visitor: 'زائر',
    approve: 'التأكيد في التطبيق',
    choose: 'اختر هذا الرقم في تطبيق الهوية الرقمية:',
    app: 'يسأل التطبيق: ما الرقم الذي تراه؟',
    answered: 'لقد أجبت على هاتفي',
    over: 'انتهى هذا الطلب. ابدأ من جديد.',
  },
} as const;

/** Who are you? With the sandbox's accounts to choose from, so that they need not be looked up. */
export function loginPage(
  res: Response,
  { id, authorization: { language } }: Transaction,
  accounts: UaePassAccounts,
  about: { readonly known: UaePassAccount | null; readonly problem: string | null },
): void {
  const text = TEXTS[language];
  const button = (account: UaePassAccount, label: string) =>
    html`<button name="username" value="${account.attributes['email'] ?? ''}">${label}</button>`;
  const hidden = html`<input type="hidden" name="transaction" value="${id}" />`;
  const { known } = about;
  sendPage(res, {
    status: about.problem === null ? 200 : 400,
    lang: language,
    dir: language === 'ar' ? 'rtl' : 'ltr',
    title: text.login,
    provider: 'UAE PASS',
    body: html`<h1>${text.login}</h1>
      ${about.problem === null ? null : html`<p class="error" role="alert">${about.problem}</p>`}
      ${known === null ? null : html`<form method="post" action="/uaepass/login">${hidden}${button(known, `${text.goOn} ${nameOf(known)}`)}</form>`}
      <form method="post" action="/uaepass/login">
        ${hidden}
        <label for="username">${text.username}</label>
        <input id="username" name="username" autocomplete="username" required />
        <button class="main">${text.next}</button>
      </form>
      <form method="post" action="/uaepass/login">
        ${hidden}<button name="cancel" value="yes">${text.cancel}</button>
      </form>
      <h2>${text.accounts}</h2>
      <form method="post" action="/uaepass/login">
        ${hidden}
        ${accounts.all.map((account) => button(account, `${nameOf(account)} · ${account.userType}${isVisitor(account) ? ` · ${text.visitor}` : ''}`))}
      </form>`,
  });
}

/** The number, and what the app on the person's phone would ask. */
export function approvePage(
  res: Response,
  { id, authorization: { language } }: Transaction,
  standing: Extract<Standing, { at: 'app' }>,
): void {
  const text = TEXTS[language];
  sendPage(res, {
    lang: language,
    dir: language === 'ar' ? 'rtl' : 'ltr',
    title: text.approve,
    provider: 'UAE PASS',
    body: html`<h1>${text.approve}</h1>
      <p>${text.choose}</p>
      <p class="number" id="number">${standing.number}</p>
      <p><a href="/uaepass/approve?transaction=${id}">${text.answered}</a></p>
      <h2>${text.app}</h2>
      <form method="post" action="/uaepass/approve">
        <input type="hidden" name="transaction" value="${id}" />
        ${standing.numbers.map((number) => html`<button name="number" value="${number}">${number}</button>`)}
        <button name="cancel" value="yes">${text.cancel}</button>
      </form>`,
  });
}

export function overPage(res: Response): void {
  sendPage(res, {
    status: 400,
    title: 'UAE PASS',
    provider: 'UAE PASS',
    body: html`<h1>UAE PASS</h1>
      <p class="error">${TEXTS.en.over}</p>`,
  });
}

export function nameOf({ attributes }: UaePassAccount): string {
  return [attributes['firstnameEN'], attributes['lastnameEN']].join(' ').trim();
}

function isVisitor({ scoped }: UaePassAccount): boolean {
  return [...scoped.values()].some(({ profileType }) => profileType === '2');
}
