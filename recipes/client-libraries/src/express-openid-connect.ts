import express from 'express';
import { auth } from 'express-openid-connect';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;

export const app = express();
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: SITE,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: COOKIE_SECRET,
    // By default the library asks for an id_token alone, which no provider should put into a browser any more.
    authorizationParams: { response_type: 'code', response_mode: 'form_post' },
    authRequired: false,
    // `/logout` ends the sign-in at Beckon, too.
    idpLogout: true,
  }),
);

app.get('/', (req, res) => {
  res.send(`Hello ${req.oidc.user?.['name']}`);
});
