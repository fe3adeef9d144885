#include "stop_signals.hpp"

namespace rowhouse::server {

sigset_t hold_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    // Settings come from the environment, so there is nothing to read again; but log rotation and
    // closed terminals send it.
    std::signal(SIGHUP, SIG_IGN);
    return signals;
}

}  // namespace rowhouse::server
