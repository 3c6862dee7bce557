-- Reads random listings from the file $LISTINGS (one id per line), with the tokens in $TOKENS.
local ids = {}
for line in io.lines(os.getenv("LISTINGS")) do ids[#ids + 1] = line end
local headers = {}
for line in io.lines(os.getenv("TOKENS")) do headers[#headers + 1] = { ["Authorization"] = "Bearer " .. line } end
function request()
  return wrk.format("GET", "/v1/listings/" .. ids[math.random(#ids)], headers[math.random(#headers)])
end
