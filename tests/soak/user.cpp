#include "user.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t contacts_kept = 40;

/// Between two requests, so that the load is that of many users and not that of a benchmark.
constexpr unsigned longest_pause_us = 40'000;

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

void Tally::add_wrong(const std::string& text) {
    const std::lock_guard lock(mutex_);
    wrong_.push_back(text);
}

std::vector<std::string> Tally::wrong() const {
    const std::lock_guard lock(mutex_);
    return wrong_;
}

User::User(Place place, Tally& tally, const Outages& outages)
    : place_(std::move(place)),
      prefix_(place_.own.slug + "-u" + std::to_string(place_.number) + "-n"),
      tally_(tally),
      outages_(outages),
      session_(rowhouse::test::log_in(place_.own)),
      random_(static_cast<unsigned>(place_.number + 1)) {}

void User::run() {
    while (!tally_.is_over) {
        try {
            act();
        } catch (const std::exception& error) {
            tally_.add_wrong(prefix_ + " " + error.what());
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random_() % longest_pause_us));
    }
    connection_.reset();
}

void User::act() {
    const auto dice = random_() % 1000;
    if (dice < 2) return log_in();
    if (dice < 30) return refresh();
    if (dice < 90) return me();
    if (dice < 190) return list();
    if (dice < 240) return look_at_foreign();
    if (ledger_.alive() < 3 || dice < 380)
        return ledger_.alive() > contacts_kept ? remove() : create();
    if (dice < 520) return change();
    if (dice < 600) return remove();
    get();
}

void User::get() {
    const auto name = ledger_.any(random_);
    if (name.empty()) return;
    const auto& row = ledger_.row(name);
    const auto result = ask("GET", "/contacts/" + row.id, 200);
    if (result.fate != Fate::answered) return;
    const auto body = result.reply.json();
    expect(body.value("id", "") == row.id && body.value("name", "") == name &&
               row.notes.contains(body.value("notes", "")),
           result, "GET " + name);
}

void User::list() {
    const auto result = ask("GET", "/contacts?limit=20", 200);
    if (result.fate != Fate::answered) return;
    const auto rows = result.reply.json().value("data", Json::array());
    expect(std::all_of(rows.begin(), rows.end(),
                       [&](const Json& row) {
                           return row.value("name", "").starts_with(place_.own.slug + "-");
                       }),
           result, "a list with others' rows");
}

void User::create() {
    const auto name = prefix_ + std::to_string(asked_ + 1);
    const auto notes = "made by " + name;
    const auto result = ask("POST", "/contacts", 201, {{"name", name}, {"notes", notes}});
    if (result.fate == Fate::unknown) ledger_.perhaps_created(name, notes);
    if (result.fate != Fate::answered) return;
    const auto body = result.reply.json();
    const auto id = body.value("id", "");
    expect(body.value("name", "") == name && result.reply.header("location").ends_with("/" + id),
           result, "POST " + name);
    ledger_.created(name, id, notes);
}

void User::change() {
    const auto name = ledger_.any(random_);
    if (name.empty()) return;
    const auto notes = "note " + std::to_string(asked_ + 1);
    const auto result = ask("PATCH", "/contacts/" + ledger_.row(name).id, 200, {{"notes", notes}});
    if (result.fate == Fate::unknown) ledger_.perhaps_changed(name, notes);
    if (result.fate != Fate::answered) return;
    const auto body = result.reply.json();
    expect(body.value("name", "") == name && body.value("notes", "") == notes, result,
           "PATCH " + name);
    ledger_.changed(name, notes);
}

void User::remove() {
    const auto name = ledger_.any(random_);
    if (name.empty()) return;
    const auto result = ask("DELETE", "/contacts/" + ledger_.row(name).id, 204);
    if (result.fate == Fate::unknown) ledger_.perhaps_removed(name);
    if (result.fate == Fate::answered) ledger_.removed(name);
}

void User::me() {
    const auto result = ask("GET", "/me", 200);
    if (result.fate == Fate::answered)
        expect(holds(result.reply.body, place_.own.email) &&
                   !holds(result.reply.body, place_.other.slug),
               result, "GET /me");
}

/// An answer that was lost may have spent the token, so another session takes over.
void User::refresh() {
    const auto result =
        ask("POST", "/auth/refresh", 200,
            {{"refresh_token", session_.refresh_token}, {"device_id", session_.device_id}});
    if (result.fate == Fate::unknown) return log_in();
    if (result.fate != Fate::answered) return;
    const auto fresh = session_of(result.reply);
    expect(fresh.id == session_.id && fresh.refresh_token != session_.refresh_token, result,
           "POST /auth/refresh");
    session_ = fresh;
}

void User::log_in() {
    for (Result result; !tally_.is_over; std::this_thread::sleep_for(50ms)) {
        result = ask("POST", "/auth/login", 200,
                     {{"email", place_.own.email}, {"password", place_.own.password}});
        if (result.fate != Fate::answered) continue;
        expect(holds(result.reply.body, place_.own.tenant_id), result, "POST /auth/login");
        session_ = session_of(result.reply);
        return;
    }
}

void User::look_at_foreign() {
    const auto result = ask("GET", "/contacts/" + place_.foreign, 404);
    if (result.fate == Fate::answered)
        expect(!holds(result.reply.body, place_.other.slug), result, "GET of another's contact");
}

void User::expect(bool is_right, const Result& result, const std::string& what) {
    if (!is_right)
        tally_.add_wrong(what + ": " + std::to_string(result.reply.status) + " " +
                         result.reply.body);
}

}  // namespace rowhouse::test
