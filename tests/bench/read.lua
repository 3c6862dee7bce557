-- Reads of the listings named in LISTINGS (a file, one id a line), as the user whose token is in TOKEN.
local ids = {}
for line in io.lines(os.getenv("LISTINGS")) do ids[#ids + 1] = line end
local headers = { ["Authorization"] = "Bearer " .. os.getenv("TOKEN") }
function request()
  return wrk.format("GET", "/v1/listings/" .. ids[math.random(#ids)], headers)
end
