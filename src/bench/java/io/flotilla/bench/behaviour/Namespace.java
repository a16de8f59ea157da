package io.flotilla.bench.behaviour;

import java.io.IOException;
import java.util.List;

/** Another host on this machine: a network namespace, whose packet filter can swallow everything. Needs root, ip and iptables. */
final class Namespace implements AutoCloseable {

    private static final String NAME = "flotilla-far";
    private static final String NEAR = "flotilla-n";
    private static final String FAR = "flotilla-f";

    private Namespace() {}

    static Namespace make() throws IOException {
        Namespace made = new Namespace();
        Commands.run("ip", "netns", "add", NAME);
        Commands.run("ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR);
        Commands.run("ip", "link", "set", FAR, "netns", NAME);
        Commands.run("ip", "addr", "add", "198.18.0.1/30", "dev", NEAR);
        Commands.run("ip", "link", "set", NEAR, "up");
        made.inside("ip", "addr", "add", made.address() + "/30", "dev", FAR);
        made.inside("ip", "link", "set", FAR, "up");
        return made;
    }

    /** Of the range for benchmarks (RFC 2544). */
    String address() {
        return "198.18.0.2";
    }

    List<String> within() {
        return List.of("ip", "netns", "exec", NAME);
    }

    void swallow() throws IOException {
        inside("iptables", "-A", "INPUT", "-j", "DROP");
    }

    void letThrough() throws IOException {
        inside("iptables", "-D", "INPUT", "-j", "DROP");
    }

    private void inside(String... command) throws IOException {
        List<String> all = new java.util.ArrayList<>(within());
        all.addAll(List.of(command));
        Commands.run(all.toArray(String[]::new));
    }

    @Override
    public void close() throws IOException {
        Commands.run("ip", "netns", "del", NAME);
    }
}
