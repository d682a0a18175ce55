# A Rack application whose people sign in with Beckon, by OmniAuth. It stands in Rails or Sinatra just the same.
require 'erb'
require 'omniauth_openid_connect'
require 'rack/protection'

ISSUER = ENV.fetch('ISSUER')

# Only for a server on this very machine without https: the library discovers by https alone.
SWD.url_builder = URI::HTTP if ISSUER.start_with?('http://127.0.0.1:')

use Rack::Session::Cookie, key: 'session', secret: ENV.fetch('COOKIE_SECRET'), same_site: :lax
use OmniAuth::Builder do
  provider :openid_connect,
           name: :beckon,
           issuer: ISSUER,
           discovery: true,
           scope: %i[openid profile email],
           response_type: :code,
           client_options: {
             identifier: ENV.fetch('CLIENT_ID'),
             secret: ENV.fetch('CLIENT_SECRET'),
             redirect_uri: "#{ENV.fetch('SITE')}/auth/beckon/callback"
           }
end

escape = ERB::Util.method(:html_escape)
page = lambda do |body|
  html = %(<!doctype html><title>OmniAuth</title><link rel="icon" href="data:,">#{body})
  [200, { 'Content-Type' => 'text/html; charset=utf-8' }, [html]]
end

run(lambda do |env|
  session = env['rack.session']
  case env['PATH_INFO']
  when '/auth/beckon/callback'
    info = env['omniauth.auth'].info
    session['person'] = { 'name' => info.name, 'email' => info.email }
    [303, { 'Location' => '/' }, []]
  when '/auth/failure'
    # The person said no (`access_denied`), or the sign-in failed.
    [403, { 'Content-Type' => 'text/plain' }, [Rack::Request.new(env).params['message'].to_s]]
  else
    person = session['person']
    next page.call("Hello #{escape.call(person['name'])} (#{escape.call(person['email'])})") if person

    # OmniAuth begins by POST alone, with a token against forgery.
    token = Rack::Protection::AuthenticityToken.token(session)
    page.call(<<~HTML)
      <form action="/auth/beckon" method="post">
        <input type="hidden" name="authenticity_token" value="#{escape.call(token)}">
        <button>Sign in</button>
      </form>
    HTML
  end
end)
