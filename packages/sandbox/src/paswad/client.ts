/** For Beckon's configuration. */
export const PASWAD_CLIENT = { id: 'app_live_sandbox', secret: 'sk_live_sandbox' } as const;
export const PASWAD_WEBHOOK_SECRET = 'whsec_sandbox';
