/** Two hex digits, the partition, and 26 characters; release 0.1 drew the 26 alone. People and apps may send it in any case. */
const SESSION_ID = /^(?:[0-9A-F]{2})?[0-9A-Z]{26}$/i;

/** Whether a text can be a session's id; whether there is such a session, the store says. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text);
}
