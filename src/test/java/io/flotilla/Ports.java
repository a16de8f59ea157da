package io.flotilla;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of loopback at which nobody listens. */
public final class Ports {

    /** Below those that the kernel gives to clients, and below those that a harbour takes: nobody else comes upon one by chance. */
    private static final int FROM = 10_000;

    private static final int TO = 15_000;
    private static final int ATTEMPTS = 50;

    private Ports() {}

    /** One that refuses who dials it, and that somebody may listen at later. */
    public static int free() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // another one, then
            }
        }
        throw new AssertionError("No port of " + FROM + " to " + TO + " is free");
    }
}
