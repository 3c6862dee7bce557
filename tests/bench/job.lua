-- Orders jobs from the provider `noop`, which creates nothing. Line n of $TOKENS is the token of the owner of the
-- studio in line n of $STUDIOS.
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
  return wrk.format("POST", "/v1/ai/jobs",
    { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. tokens[i] },
    '{"studioId":"' .. studios[i] .. '","kind":"text","provider":"noop","prompt":"nothing at all"}')
end
