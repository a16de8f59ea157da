package io.flotilla.spec;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the blocks of what comes with later versions, so that they are as strict as the others. What only adds a view is warned of;
 * what would weaken a promise is refused.
 */
final class LaterReader {

    private LaterReader() {}

    static void read(Block root, Consumer<String> warn) {
        admin(root, warn);
        try (Block health = root.block("health")) {
            Optional<String> share = health.text("ready-share");
            if (share.isPresent() && FleetReader.percent(share.get(), 100).isEmpty()) {
                health.problem("ready-share", "more than 0% and at most 100%", true);
            }
        }
    }

    private static void admin(Block root, Consumer<String> warn) {
        try (Block admin = root.block("admin")) {
            Optional<String> bind = admin.text("bind");
            Optional<Literals.HostAndPort> parts = bind.flatMap(Literals::hostAndPort);
            if (bind.isPresent() && parts.isEmpty()) {
                admin.problem("bind", "host:port", true);
            }
            boolean token = admin.secret("token")
                    .filter(secret -> !secret.reveal().isEmpty())
                    .isPresent();
            admin.word("payloads", "on-loopback", List.of("off", "on-loopback", "on"));
            if (!admin.flag("enabled", false)) {
                return;
            }
            if (!token && parts.isPresent() && !loopback(parts.get().host())) {
                admin.complain("bind", "any address but loopback demands a token (admin.token)");
            }
            warn.accept(admin.where("enabled") + ": [flotilla.admin.enabled] = [on]: this version serves no HTTP API");
        }
    }

    private static boolean loopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }
}
