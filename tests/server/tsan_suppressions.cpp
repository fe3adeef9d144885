// Read by ThreadSanitizer at start. libpistache is not built with it, so the queue by which it
// hands a peer from the accepting thread to a worker, and the counting of its shared pointers, are
// invisible and look like races within the library. The same goes for the queue of libspdlog, whose
// thread wrote the last line before the log ends.
#if defined(__SANITIZE_THREAD__)

extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
    return "race:Pistache::Tcp::Listener::handleNewConnection\n"
           "race:Pistache::Tcp::Peer::Create\n"
           "race:Pistache::Polling::Epoll::addFd\n"
           "race:spdlog::async_logger::~async_logger\n";
}

#endif
