#include "worker.hpp"

#include "client.hpp"
#include "cluster.hpp"

namespace rowhouse::test {

Worker::Worker(const Settings& settings)
    : OwnProcess({environment("ROWHOUSE_TEST_ROWHOUSED"), "worker"}, worker_settings(settings)) {}

Settings worker_settings(const Settings& more) {
    Settings all{
        {"ROWHOUSE_WORKER_DATABASE_URL", environment("ROWHOUSE_TEST_WORKER")},
        {"ROWHOUSE_WORKER_PASSWORD_FILE", environment("ROWHOUSE_TEST_WORKER_PASSWORD_FILE")},
        {"ROWHOUSE_MAIL_FROM", "Casa, Rowhouse <no-reply@rowhouse.example>"}};
    for (const auto& [name, value] : more) all[name] = value;
    return all;
}

std::string new_address() {
    return unique_text("mail") + "@test.example";
}

std::string queue_mail(const std::string& to, const std::string& subject, const std::string& text) {
    const Json mail{{"to", to}, {"subject", subject}, {"text", text}};
    return sql_value("select rowhouse_private.enqueue('mail', " + quoted(mail.dump()) + ")");
}

int jobs_left() {
    return std::stoi(sql_value("select count(*) from rowhouse_private.jobs"));
}

void empty_queue() {
    sql("delete from rowhouse_private.jobs");
}

void make_jobs_due() {
    sql("update rowhouse_private.jobs set run_at = clock_timestamp(), leased_until = null");
    sql("notify rowhouse_jobs");
}

}  // namespace rowhouse::test
