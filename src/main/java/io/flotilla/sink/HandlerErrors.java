package io.flotilla.sink;

/** Hears what user code did wrong. Called on a handler's thread. */
public interface HandlerErrors {

    /** The handler threw on this message; the message counts as handled. */
    void failed(Inbound message, Throwable thrown);

    /** A message that was taken and not handed over: the handler failed before it and its connection stops for that. */
    void dropped(Inbound message);
}
