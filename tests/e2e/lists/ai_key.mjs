export const small = ['/v1/ai/keys', '/v1/studios/{id}/ai-keys', '/v1/admin/ai/keys'];
