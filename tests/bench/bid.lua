-- Bids on the listings named in LISTINGS, each higher than the one before; counts those that were taken.
local ids = {}
for line in io.lines(os.getenv("LISTINGS")) do ids[#ids + 1] = line end
local headers = { ["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/json" }
local n = os.time() * 1000000
function request()
  n = n + 1
  return wrk.format("POST", "/v1/listings/" .. ids[math.random(#ids)] .. "/bids", headers, string.format('{"amount":"%d"}', n))
end
