package io.flotilla.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of 127.0.0.1 at which a dial gets no answer at all, neither a connection nor a refusal: its queue of connections to be
 * accepted is full. That a full queue drops dials is Linux's way; elsewhere they may be refused.
 */
public final class DeafPort implements AutoCloseable {

    /** More than a queue of one ever holds. */
    private static final int MAX_FILLERS = 16;

    private static final int PROBE_MILLIS = 200;

    private final ServerSocket listening;
    private final List<Socket> fillers = new ArrayList<>();

    private DeafPort() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    /** Opens one. */
    public static DeafPort open() {
        try {
            DeafPort port = new DeafPort();
            try {
                port.fill();
            } catch (IOException e) {
                port.close();
                throw e;
            }
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException("Deaf port must be possible: " + e.getMessage(), e);
        }
    }

    private void fill() throws IOException {
        for (int i = 0; i < MAX_FILLERS; i++) {
            Socket filler = new Socket();
            fillers.add(filler);
            try {
                filler.connect(address(), PROBE_MILLIS);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new IOException("a queue of one took " + MAX_FILLERS + " connections");
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Lets go of the port. Again: nothing. */
    @Override
    public void close() {
        try {
            for (Socket filler : fillers) {
                filler.close();
            }
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
