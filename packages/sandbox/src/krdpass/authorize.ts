import type { Response, Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { html, sendPage } from '../http/html.ts';
import type { PartContext } from '../part.ts';
import { type KrdPassApp, type KrdPassQuestion, readLink } from './app.ts';
import { fieldsOf, form } from './form.ts';

/** The app links: where the app is not installed they are a page, which here asks what the app would. */
export function mountAuthorize(router: Router, context: PartContext, app: KrdPassApp): void {
  router
    .route('/app/connect/authorize')
    .get((req, res) => {
      const opened = app.open(new URL(req.originalUrl, context.base).href);
      if (opened.type === 'refused') return message(res, 400, 'This link is not one of KRDPASS’s.');
      if (opened.type === 'answer') return res.redirect(303, opened.location);
      questionPage(res, opened.question, context);
    })
    .all(onlyMethods('GET'));

  /** `{ link, person, decision }`. */
  router
    .route('/app/decide')
    .post(form, (req, res) => {
      const fields = fieldsOf(req);
      const link = fields.get('link') ?? '';
      const person = context.people.find(({ id }) => id === fields.get('person')) ?? null;
      const location = app.decide(link, fields.get('decision') === 'decline' ? null : person);
      if (location === null) return message(res, 400, 'This request is over. Start again where you came from.');
      res.redirect(303, location);
    })
    .all(onlyMethods('POST'));

  /** The root of the app-link host is where people get the app. */
  router
    .route('/app')
    .get((_req, res) => message(res, 200, 'Here people would get the KRDPASS app.'))
    .all(onlyMethods('GET'));
}

function questionPage(res: Response, { link, scope }: KrdPassQuestion, context: PartContext): void {
  const hidden = html`<input type="hidden" name="link" value="${link}" />`;
  sendPage(res, {
    title: 'Sign in with KRDPASS',
    provider: 'KRDPASS',
    body: html`<h1>Sign in with KRDPASS?</h1>
      <p>${new URL(readLink(link).redirectUri).origin} asks for: ${scope.join(', ')}</p>
      <form method="post" action="/krdpass/app/decide">
        ${hidden}<input type="hidden" name="decision" value="approve" />
        ${context.people.map(({ id, claims }) => html`<button name="person" value="${id}">Approve as ${typeof claims['name'] === 'string' ? claims['name'] : id}</button>`)}
      </form>
      <form method="post" action="/krdpass/app/decide">
        ${hidden}<button name="decision" value="decline">Decline</button>
      </form>`,
  });
}

function message(res: Response, status: number, text: string): void {
  sendPage(res, {
    status,
    title: 'KRDPASS',
    provider: 'KRDPASS',
    body: html`<h1>KRDPASS</h1>
      <p>${text}</p>`,
  });
}
