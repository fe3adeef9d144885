#include "migrate/migrate.hpp"

#include "migrate/ledger.hpp"
#include "migrate/run_script.hpp"

#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <iostream>

namespace rowhouse::server {
namespace {

/// Session settings; the role we log in as may carry others. Notices such as "already
/// exists, skipping" say nothing here.
constexpr const char* prepare_session =
    "set client_min_messages = warning; "
    "set statement_timeout = 0; "
    "set search_path = pg_catalog, pg_temp";

/// A statement that waits for a lock makes everybody queue behind it; better to fail
/// and be run again than to stop the service.
constexpr const char* limit_lock_waits = "set lock_timeout = '30s'";

constexpr const char* select_is_superuser =
    "select rolsuper from pg_roles where rolname = current_user";
constexpr const char* select_versions =
    "select default_version, coalesce(installed_version, '') from pg_available_extensions "
    "where name = 'rowhouse'";

// The ASCII codes of "rowhouse": a number nobody else uses.
constexpr const char* try_lock = "select pg_try_advisory_lock(x'726f77686f757365'::bigint)";
constexpr const char* wait_for_lock = "select pg_advisory_lock(x'726f77686f757365'::bigint)";

class Migrator {
public:
    Migrator(const std::string& admin_url, const std::string& source_dir)
        : sources_(read_sources(source_dir)), connection_(admin_url) {
        forbid_reconnecting();
    }

    void run() {
        prepare();
        install_extension();
        const auto ledger = load_ledger();
        const auto plan = make_plan(sources_, ledger);
        if (plan.is_empty()) {
            say("nothing to do: the database is up to date");
            return;
        }
        skip_changes(plan);
        if (plan.is_fresh) {
            create_domains();
        } else {
            run_changes(plan);
            define_domains(plan, ledger);
        }
        apply_policies(plan);
    }

private:
    /// libpqxx 6 reconnects silently, and would go on without the lock. It deprecates the
    /// call because its next version does not reconnect at all.
    void forbid_reconnecting() {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        connection_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    }

    static void say(const std::string& line) {
        std::cout << line << std::endl;
    }

    /// One transaction; its lines are said once it is committed.
    template <typename Body>
    void in_transaction(Body body) {
        pqxx::work transaction(connection_);
        std::string lines;
        body(transaction, lines);
        transaction.commit();
        std::cout << lines << std::flush;
    }

    void prepare() {
        pqxx::nontransaction session(connection_);
        session.exec(prepare_session);
        if (!session.exec1(select_is_superuser)[0].as<bool>()) {
            throw MigrationError(
                "migrating needs a superuser: ROWHOUSE_ADMIN_URL names another role");
        }
        if (!session.exec1(try_lock)[0].as<bool>()) {
            say("another migration is running: waiting for it");
            session.exec(wait_for_lock);
        }
        session.exec(limit_lock_waits);
    }

    void install_extension() {
        in_transaction([](pqxx::work& transaction, std::string& lines) {
            const auto found = transaction.exec(select_versions);
            if (found.empty()) {
                throw MigrationError(
                    "the extension rowhouse is not installed on this server: run "
                    "'make -C extension install' there");
            }
            const auto version = found[0][0].as<std::string>();
            const auto installed = found[0][1].as<std::string>();
            if (installed.empty()) {
                transaction.exec("create extension rowhouse");
                lines = "created the extension, version " + version + "\n";
            } else if (installed != version) {
                transaction.exec("alter extension rowhouse update");
                lines = "updated the extension from version " + installed + " to " + version + "\n";
            }
            transaction.exec("select rowhouse.upgrade()");
            if (!installed.empty() && installed != version) {
                forget_all(transaction,
                           Part::definitions);  // a new version may read them otherwise
            }
        });
    }

    Ledger load_ledger() {
        pqxx::work transaction(connection_);
        return read_ledger(transaction);
    }

    /// First of all, so that a fresh database whose making is interrupted does not take
    /// them for pending afterwards.
    void skip_changes(const Plan& plan) {
        in_transaction([&](pqxx::work& transaction, std::string& lines) {
            for (const auto* change : plan.skip) {
                record(transaction, Part::change, change->script);
                lines += "contained already: " + change->script.path + "\n";
            }
        });
    }

    void create_domains() {
        for (const auto& domain : sources_.domains) {
            in_transaction([&](pqxx::work& transaction, std::string& lines) {
                create_tables(transaction, domain);
                define(transaction, domain);
                lines = "applied " + domain.state.path + "\n";
            });
        }
    }

    static void create_tables(pqxx::work& transaction, const Domain& domain) {
        run_script(transaction, domain.state);
        record(transaction, Part::domain, domain.state);
    }

    static void define(pqxx::work& transaction, const Domain& domain) {
        run_script(transaction, domain.definitions);
        record(transaction, Part::definitions, domain.definitions);
        forget_all(transaction, Part::policies);
    }

    void run_changes(const Plan& plan) {
        for (const auto* change : plan.run) {
            in_transaction([&](pqxx::work& transaction, std::string& lines) {
                run_script(transaction, change->script);
                record(transaction, Part::change, change->script);
                record_brought(transaction, *change, plan);
                forget_all(transaction, Part::definitions);
                forget_all(transaction, Part::policies);
                lines = "changed by " + change->script.path + "\n";
            });
        }
    }

    /// The named domains now have their present form; one whose file is gone is forgotten.
    void record_brought(pqxx::work& transaction, const Change& change, const Plan& plan) {
        for (const auto& name : change.brings) {
            if (plan.new_domains.contains(name)) {
                continue;  // made whole afterwards
            }
            const auto domain = std::ranges::find(sources_.domains, name, &Domain::name);
            if (domain != sources_.domains.end()) {
                record(transaction, Part::domain, domain->state);
            } else {
                forget(transaction, Part::domain, "sql/" + name + ".sql");
            }
        }
    }

    /// All in one transaction: whoever calls meanwhile sees the old routes or the new.
    void define_domains(const Plan& plan, const Ledger& ledger) {
        if (!plan.define) {
            return;
        }
        in_transaction([&](pqxx::work& transaction, std::string& lines) {
            transaction.exec("select rowhouse.forget_routes()");
            forget_all(transaction, Part::definitions);
            for (const auto& domain : sources_.domains) {
                const bool is_new = plan.new_domains.contains(domain.name);
                if (is_new) {
                    create_tables(transaction, domain);
                }
                define(transaction, domain);
                if (is_new || !has_same_definitions(ledger, domain)) {
                    lines += (is_new ? "applied " : "defined ") + domain.state.path + "\n";
                }
            }
            if (lines.empty()) {
                lines = "defined all domains anew\n";
            }
        });
    }

    static bool has_same_definitions(const Ledger& ledger, const Domain& domain) {
        const auto found = ledger.definitions.find(domain.definitions.path);
        return found != ledger.definitions.end() && found->second == domain.definitions.checksum;
    }

    void apply_policies(const Plan& plan) {
        if (!plan.police || sources_.policies.empty()) {
            return;
        }
        in_transaction([&](pqxx::work& transaction, std::string& lines) {
            transaction.exec("select rowhouse.reset_policies()");
            forget_all(transaction, Part::policies);
            for (const auto& script : sources_.policies) {
                run_script(transaction, script);
                record(transaction, Part::policies, script);
            }
            lines = "applied " + std::to_string(sources_.policies.size()) + " policy files\n";
        });
    }

    Sources sources_;
    pqxx::connection connection_;
};

}  // namespace

int migrate(const std::string& admin_url, const std::string& source_dir) {
    try {
        Migrator(admin_url, source_dir).run();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "migrate: " << error.what() << std::endl;
        return 1;
    }
}

}  // namespace rowhouse::server
