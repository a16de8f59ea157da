package io.flotilla.transport;

/** Opens sockets. Limits and metrics are transports around a transport. */
public interface Transport extends AutoCloseable {

    /** Starts one dial and returns at once, whatever the dial is: what is wrong with it comes as the link's end. */
    Link dial(Dial dial);

    /** Aborts every link and releases threads; returns when they are gone, or after five seconds. */
    @Override
    void close();
}
