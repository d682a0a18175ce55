import { expect, it } from 'vitest';
import { type Asked, assertStampAgrees } from './request-stamp.ts';

/** From pasby's document "Identification", its example of a same-device response. */
const STAMP =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6InJlcV8xNzE0NjYxNDQ3LU5Va1kiLCJtb2RlIjoiaWRlbnRpZmljYXRpb24iLCJhY3Rpb24iOiJzaWdudXAiLCJuYW1lIjoiQml2cmEiLCJjb25zdW1lciI6ImJjbl9jMjQzMWU2Ni1hN2Q3LTQwNmYtOGMyOC03MTVjOWRjNzI4ZTMiLCJwYXlsb2FkIjoiQSBzaW1wbGUgcGF5bG9hZCB1c2VkIGR1cmluZyBwYXNieeKEoiBzYW1lLWRldmljZSBhdXRoZW50aWNhdGlvbiBmbG93IiwiYXBwIjoiYXBwXzAzYzY5YzUwLTdhNGEtNWJhYS1iYTgyLWFhODEwODRhMTQ5ZSIsInVzZXJhZ2VudCI6IlBvc3RtYW5SdW50aW1lLzcuMzguMCIsInVzZXIiOiIiLCJpcCI6Ijo6MSIsImlhdCI6MTcxNDY2MTQ0NywiZXhwIjoxNzE0NjYxODA3LCJhY3F1aXJlQ2xhaW1zIjpbIm5hbWluZy5mYW1pbHkiLCJuYW1pbmcuZ2l2ZW4iLCJuYW1pbmcubWlkZGxlIiwiYmlvLmJpcnRobnVtYmVyIiwiYmlvLmJpcnRoZGF0ZSIsImJpby5nZW5kZXIiLCJuYXRpb25hbGl0eS5yZXNpZGVuY2UiLCJuYXRpb25hbGl0eS5wcmltYXJ5IiwiY29udGFjdC5lbWFpbCJdfQ.u6ygRZwrOw-Aet2AvfTBaiBpdJByTeDLAK8sFtU2TGU';
const request = {
  id: 'req_1714661447-NUkY',
  consumer: 'bcn_c2431e66-a7d7-406f-8c28-715c9dc728e3',
  app: 'app_03c69c50-7a4a-5baa-ba82-aa81084a149e',
};
const asked: Asked = {
  action: 'signup',
  claims: [
    'contact.email',
    'naming.family',
    'naming.given',
    'naming.middle',
    'bio.birthnumber',
    'bio.birthdate',
    'bio.gender',
    'nationality.residence',
    'nationality.primary',
  ],
  payload: 'A simple payload used during pasby™ same-device authentication flow',
  user: null,
  app: null,
  organisation: null,
};

it('reads the stamp of pasby’s own example, which lives 360 s', () => {
  expect(assertStampAgrees(STAMP, request, asked)).toEqual({ iat: 1_714_661_447, exp: 1_714_661_807 });
});

it.each<[string, object, Partial<Asked>]>([
  ['id', { id: 'req_1714661447-other' }, {}],
  ['consumer', { consumer: 'bcn_other' }, {}],
  ['app', { app: 'app_other' }, {}],
  ['configured app', { app: undefined }, { app: 'app_other' }],
  ['iat', { iat: 1_714_661_448 }, {}],
  ['action', {}, { action: 'login' }],
  ['payload', {}, { payload: 'Another' }],
  ['user', {}, { user: '12345678910' }],
  ['one claim more', {}, { claims: [...asked.claims, 'naming.title'] }],
  ['one claim less', {}, { claims: asked.claims.slice(1) }],
])('does not agree in: %s', (_name, ofRequest, ofAsked) => {
  expect(() => assertStampAgrees(STAMP, { ...request, ...ofRequest }, { ...asked, ...ofAsked })).toThrow(
    expect.objectContaining({ code: 'connector_unavailable' }) as Error,
  );
});
