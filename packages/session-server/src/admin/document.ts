import { ERROR_STATUS } from '@beckon/protocol';
import { z } from 'zod';
import { type ApiRoute, ROUTES } from './routes.ts';

/**
 * The OpenAPI 3.1 document of the admin API, of the schemas that check it. It rests in `openapi.json`, so that no process
 * needs what makes it; `scripts/api-document.ts` writes that, and a test holds it.
 */
export function adminDocument(): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) (paths[route.path] ??= {})[route.method] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Beckon admin API',
      version: '1.0.0',
      description: 'For operators, on the admin port. Times are Unix seconds, but for names that end in `_ms`.',
    },
    security: [{ operator: [] }],
    paths,
    components: {
      securitySchemes: {
        operator: { type: 'http', scheme: 'bearer', description: 'An operator token of `admin.tokens`' },
      },
      responses: {
        Refused: {
          description: 'What is wrong, and what to do',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['error', 'error_description', 'request_id'],
                properties: {
                  error: { type: 'string', enum: Object.keys(ERROR_STATUS) },
                  error_description: { type: 'string' },
                  request_id: { type: 'string' },
                },
                additionalProperties: false,
              },
            },
          },
        },
      },
    },
  };
}

function operationOf({ path, scope, summary, query, body, isVersioned, status, answer }: ApiRoute): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const shape = z.toJSONSchema(query, { io: 'input' });
  const inQuery = Object.entries(shape.properties ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }));
  const ifMatch = {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The version that was read, in quotes: `"3"`',
    schema: { type: 'string' },
  };
  const refused = { $ref: '#/components/responses/Refused' };
  return {
    summary,
    description: `Needs the scope \`${scope}\`.`,
    parameters: [...inPath, ...inQuery, ...(isVersioned ? [ifMatch] : [])],
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
    responses: {
      [status]:
        status === 204
          ? { description: 'Done' }
          : { description: 'Done', content: { 'application/json': { schema: schemaOf(answer, 'output') } } },
      '400': refused,
      '401': refused,
      '403': refused,
      ...(inPath.length > 0 ? { '404': refused } : {}),
      ...(scope === 'write' ? { '409': refused } : {}),
      '421': refused,
      '429': refused,
    },
  };
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io });
  return schema;
}
