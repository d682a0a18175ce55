/** Every claim that can be asked for, as far as pasby's API lists them. */
export const CLAIMS: ReadonlySet<string> = new Set(
  Object.entries({
    bio: ['birthplace', 'birthdate', 'gender', 'maritalstatus', 'birthnumber'],
    contact: ['email', 'emailVerified', 'phone', 'phoneVerified'],
    address: ['city', 'postcode', 'country', 'place', 'formatted', 'longitude', 'latitude'],
    naming: ['family', 'given', 'title', 'name', 'middle', 'titlePrefix', 'titleSuffix', 'nickname'],
    nationality: ['nationalities', 'pep', 'primary', 'residence', 'watchListed'],
    idcards: ['passport'],
    financial: ['bvn', 'bvnBank', 'bvnLevel', 'bvnIAT'],
  }).flatMap(([group, names]) => names.map((name) => `${group}.${name}`)),
);
