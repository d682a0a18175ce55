/** UAE PASS's staging client, which everybody may use. */
export const CLIENT = { id: 'sandbox_stage', secret: 'sandbox_stage' } as const;
