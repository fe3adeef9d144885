-- wrk: each request is the next tenant's. Environment: BENCH_TARGETS (file), BENCH_ROUTE.
local targets = {}
for line in io.lines(os.getenv("BENCH_TARGETS")) do
    local token, tenant, contact = line:match("(%S+)|(%S+)|(%S+)")
    targets[#targets + 1] = { token = token, contact = contact }
end

local route = os.getenv("BENCH_ROUTE")
local json = { ["Content-Type"] = "application/json" }
local place = 0

function init() place = math.random(#targets) end

function request()
    place = place % #targets + 1
    local target = targets[place]
    local headers = { ["Authorization"] = "Bearer " .. target.token }
    if route == "get" then
        return wrk.format("GET", "/api/v1/contacts/" .. target.contact, headers)
    elseif route == "list" then
        return wrk.format("GET", "/api/v1/contacts?limit=50", headers)
    elseif route == "create" then
        headers["Content-Type"] = "application/json"
        return wrk.format("POST", "/api/v1/contacts", headers,
            '{"name":"New contact","phone":"+5511987654321"}')
    end
    return wrk.format("POST", "/api/v1/auth/login", json,
        '{"email":"bench-1@bench.example","password":"bench-password"}')
end

function done(summary, latency, requests)
    local wrong = summary.errors.status + summary.errors.connect + summary.errors.read
        + summary.errors.write + summary.errors.timeout
    io.write(string.format("RESULT %.1f %d %.2f\n", summary.requests / summary.duration * 1e6,
        wrong, latency:percentile(99) / 1000))
end
