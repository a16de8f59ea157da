package io.flotilla.spec;

import java.util.Optional;

/** Reads {@code proxy} of a connection: a word, a URI, or a block that has user and password for themselves. */
final class ProxyReader {

    private ProxyReader() {}

    static Optional<Proxy> read(Block block) {
        if (block.is("proxy", "none")) {
            return Optional.empty();
        }
        if (!block.isBlock("proxy")) {
            return block.parsed("proxy", Proxy::of);
        }
        try (Block proxy = block.block("proxy")) {
            Optional<Proxy> found = proxy.parsed("uri", Proxy::of);
            Optional<Secret> user = proxy.secret("user");
            Optional<Secret> password = proxy.secret("password");
            if (!proxy.has("uri")) {
                proxy.complain("expected uri = \"http://host:port\" or \"socks5://host:port\"");
            }
            if (password.isPresent() && user.isEmpty()) {
                proxy.complain("password", "there is a password and no user");
            }
            if (found.isEmpty() || user.isEmpty()) {
                return found;
            }
            try {
                return Optional.of(found.get()
                        .as(user.get().reveal(), password.map(Secret::reveal).orElse("")));
            } catch (IllegalArgumentException unusable) {
                proxy.complain("user", String.valueOf(unusable.getMessage()));
                return found;
            }
        }
    }
}
