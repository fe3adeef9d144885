#pragma once

#include "http/message.hpp"

namespace rowhouse::server::http {

/// The event loop of one worker, as far as the application behind it may use it. Every member is
/// for the loop's own thread.
class Loop {
public:
    /// Hears of a file descriptor.
    class Watcher {
    public:
        virtual ~Watcher() = default;
        /// The descriptor may be readable or, when that was asked for, writable; or it has failed.
        virtual void on_ready() = 0;
    };

    virtual ~Loop() = default;

    /// Calls the watcher as long as the descriptor is readable, also writable when `writable`.
    /// Watching a descriptor again changes what it is watched for.
    virtual void watch(int fd, Watcher& watcher, bool writable) = 0;

    /// Ends that; before the descriptor is closed.
    virtual void forget(int fd) = 0;

    /// Gives the answer to a request; dropped when its client has gone.
    virtual void complete(const Ticket& ticket, Response&& response) = 0;
};

}  // namespace rowhouse::server::http
