package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.admin.AdminParts;
import io.flotilla.admin.AdminServer;
import io.flotilla.spec.AdminSettings;
import io.flotilla.telemetry.PrometheusText;
import io.flotilla.telemetry.Trend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** The HTTP API and the dashboard of the demo, on loopback alone. It ends with the fleet; what it is made of ends when it is closed. */
final class DemoApi implements AutoCloseable {

    private final PrometheusText metrics;
    private final Trend trend;
    private final int wanted;
    private final InetSocketAddress address;

    private DemoApi(Fleet fleet, int wanted, Runnable drain) {
        this.metrics = new PrometheusText(fleet);
        this.trend = Trend.follow(fleet, Clock.systemUTC());
        this.wanted = wanted;
        AdminSettings settings = AdminSettings.DEFAULT.at(AdminSettings.DEFAULT.host(), free(wanted));
        AdminParts parts = AdminParts.of(fleet)
                .metrics(metrics::scrape)
                .trend(trend::steps)
                .drain(drain);
        try {
            this.address = AdminServer.start(fleet, settings, parts)
                    .toCompletableFuture()
                    .join()
                    .address();
        } catch (CompletionException e) {
            fleet.close().toCompletableFuture().join();
            close();
            throw new Main.Failed(
                    "The dashboard cannot listen: " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    /**
     * Listens, at another port where this one is taken.
     *
     * @param port zero: any that is free
     * @param drain is run when somebody asks for a drain; must not block
     * @throws Main.Failed when it can listen nowhere; the fleet is closed by then
     */
    static DemoApi start(Fleet fleet, int port, Runnable drain) {
        return new DemoApi(fleet, port, drain);
    }

    /** This port, or zero when it is taken. Looked at before, for a bind that fails is an error in the log. */
    private static int free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException taken) {
            return 0;
        }
    }

    /** What to open in a browser. */
    List<String> invitation() {
        List<String> lines = new ArrayList<>();
        if (wanted != 0 && wanted != address.getPort()) {
            lines.add("Port " + wanted + " is taken, so the dashboard is at another one.");
        }
        lines.add("Watch it in a browser: http://" + address.getHostString() + ":" + address.getPort() + "/");
        return lines;
    }

    @Override
    public void close() {
        trend.close();
        metrics.close();
    }
}
