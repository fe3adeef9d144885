-- wrk: each request is the next tenant's. Environment: BENCH_TARGETS (file), BENCH_ROUTE.
-- The requests are written before the load begins, so that wrk itself costs little.
local route = os.getenv("BENCH_ROUTE")
local json = { ["Content-Type"] = "application/json" }
local requests = {}
local place = 0

-- Each login is another user's: those of one wait for each other.
local function write_request(number, token, contact)
    local headers = { ["Authorization"] = "Bearer " .. token }
    if route == "get" then
        return wrk.format("GET", "/api/v1/contacts/" .. contact, headers)
    elseif route == "list" then
        return wrk.format("GET", "/api/v1/contacts?limit=50", headers)
    elseif route == "create" then
        headers["Content-Type"] = "application/json"
        return wrk.format("POST", "/api/v1/contacts", headers,
            '{"name":"New contact","phone":"+5511987654321"}')
    end
    return wrk.format("POST", "/api/v1/auth/login", json,
        string.format('{"email":"bench-%d@bench.example","password":"bench-password"}', number))
end

function init()
    for line in io.lines(os.getenv("BENCH_TARGETS")) do
        local token, contact = line:match("(%S+)|%S+|(%S+)")
        requests[#requests + 1] = write_request(#requests + 1, token, contact)
    end
    place = math.random(#requests)
end

function request()
    place = place % #requests + 1
    return requests[place]
end

function done(summary, latency)
    local wrong = summary.errors.status + summary.errors.connect + summary.errors.read
        + summary.errors.write + summary.errors.timeout
    io.write(string.format("RESULT %.1f %d %.2f %.2f %.2f\n",
        summary.requests / summary.duration * 1e6, wrong, latency:percentile(50) / 1000,
        latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
