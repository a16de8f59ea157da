package io.flotilla.sink;

/** User code that takes messages. Called off the event loop, one at a time and in order for each connection. May block. */
@FunctionalInterface
public interface MessageHandler {

    /**
     * Takes one message.
     *
     * @throws Exception anything; it is counted and reported as the handler's and touches this connection only
     */
    void onMessage(Inbound message) throws Exception;
}
