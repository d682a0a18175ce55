/** Who may ask the stand-in. Its redirect URI is Beckon's callback for the connector `didit`. */
export const CLIENT = { id: 'sandbox-didit', secret: 'sandbox-didit-secret', name: 'Beckon' } as const;
