export const rows = () => `
  insert into operator_audit (caller, node, method, target, body, status)
    select 'x', 'n1', 'POST', '/', '', 200 from generate_series(1, 20000) n;
`;
