-- Orders of jobs for the provider that makes nothing, each by one of the users in $TOKENS for the studio of the same line in $STUDIOS.
local function lines(path)
  local out = {}
  for line in io.lines(path) do out[#out + 1] = line end
  return out
end
local tokens, studios = lines(os.getenv("TOKENS")), lines(os.getenv("STUDIOS"))
local n = 0
request = function()
  n = n + 1
  local i = n % #tokens + 1
  return wrk.format("POST", "/v1/ai/jobs", { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. tokens[i] },
    '{"studioId":"' .. studios[i] .. '","kind":"text","provider":"noop","prompt":"nothing at all"}')
end
