/** How we prove to a provider's endpoints who we are (RFC 6749 §2.3). */
export type ClientAuthentication =
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post';
      readonly client_id: string;
      readonly client_secret: string;
    }
  | { readonly method: 'none'; readonly client_id: string };

/** A form for a provider's endpoint with our credentials in it or beside it; parameters that are null are left out. */
export function authenticatedForm(
  client: ClientAuthentication,
  parameters: Readonly<Record<string, string | null>>,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== null) form.set(name, value);
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (client.method === 'client_secret_basic') {
    // RFC 6749 §2.3.1: both are form-encoded before they become Basic's user name and password.
    const credentials = `${formEncoded(client.client_id)}:${formEncoded(client.client_secret)}`;
    headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  } else {
    form.set('client_id', client.client_id);
    if (client.method === 'client_secret_post') form.set('client_secret', client.client_secret);
  }
  return { headers, body: form.toString() };
}

function formEncoded(text: string): string {
  return new URLSearchParams({ t: text }).toString().slice(2);
}
