"""A Flask application whose people sign in with Beckon, by Authlib."""

import os
from html import escape

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = os.environ['COOKIE_SECRET']

beckon = OAuth(app).register(
    'beckon',
    server_metadata_url=os.environ['ISSUER'] + '/.well-known/openid-configuration',
    client_id=os.environ['CLIENT_ID'],
    client_secret=os.environ['CLIENT_SECRET'],
    # Authlib sends PKCE only where it is told to.
    client_kwargs={'scope': 'openid profile email', 'code_challenge_method': 'S256'},
)


@app.get('/login')
def login():
    return beckon.authorize_redirect(os.environ['SITE'] + '/callback')


@app.get('/callback')
def callback():
    try:
        # It checks the state, and the id_token's signature, issuer, audience and nonce.
        token = beckon.authorize_access_token()
    except OAuthError as error:
        # The person said no (`access_denied`), or the sign-in failed.
        return escape(f'{error.error}: {error.description}'), 403
    # The claims of the id_token: `id_token_claims` puts name and email there.
    session['person'] = dict(token['userinfo'])
    return redirect('/', 303)


@app.get('/')
def index():
    person = session.get('person')
    if person is None:
        return page('<a href="/login">Sign in</a>')
    return page(f'Hello {escape(person["name"])} ({escape(person["email"])})')


def page(body):
    return f'<!doctype html><title>Authlib</title><link rel="icon" href="data:,">{body}'


if __name__ == '__main__':
    app.run(host='127.0.0.1', port=int(os.environ['PORT']))
