package io.flotilla.app;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;

/** What kept a request from its answer, in words: the JDK often leaves the message out. */
final class Failing {

    private Failing() {}

    static String words(Throwable thrown) {
        return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
                .map(Failing::known)
                .filter(words -> !words.isEmpty())
                .findFirst()
                .orElseGet(() -> thrown.getMessage() == null
                        ? thrown.getClass().getSimpleName()
                        : Printable.line(thrown.getMessage()));
    }

    private static String known(Throwable thrown) {
        if (thrown instanceof UnresolvedAddressException || thrown instanceof UnknownHostException) {
            return "no such host";
        }
        if (thrown instanceof HttpConnectTimeoutException) {
            return "no answer to the connect";
        }
        if (thrown instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        return thrown instanceof ConnectException ? "connection refused" : "";
    }
}
