-- Places bids on random listings from the file $LISTINGS, each higher than the one before, with the tokens in $TOKENS.
local ids = {}
for line in io.lines(os.getenv("LISTINGS")) do ids[#ids + 1] = line end
local headers = {}
for line in io.lines(os.getenv("TOKENS")) do
  headers[#headers + 1] = { ["Authorization"] = "Bearer " .. line, ["Content-Type"] = "application/json" }
end
local n = os.time() * 1000000
function request()
  n = n + 1
  return wrk.format("POST", "/v1/listings/" .. ids[math.random(#ids)] .. "/bids", headers[math.random(#headers)],
    string.format('{"amount":"%d"}', n))
end
