package io.flotilla.spec;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where sockets may lead. The host that is dialled must match one of the globs, where there are any; every address must be in one of
 * the networks, where there are any. A host that is written as an address is looked for in the networks, and among the globs only
 * where there are no networks.
 *
 * @param globs host names in lower case, in which {@code *} stands for any characters, dots too
 */
public record Destinations(List<String> globs, List<Network> networks) {

    /** Everywhere. */
    public static final Destinations ANY = new Destinations(List.of("*"), List.of());

    private static final int MOST_BITS = 128;

    /** @throws IllegalArgumentException when there is neither a glob nor a network: nothing could be dialled */
    public Destinations {
        globs = globs.stream().distinct().toList();
        networks = networks.stream().distinct().toList();
        if (globs.isEmpty() && networks.isEmpty()) {
            throw new IllegalArgumentException("expected at least one host or network");
        }
    }

    /** Addresses that begin with the same bits. */
    public record Network(InetAddress first, int bits) {

        /** Whether the address is one of them; of another family none is. */
        public boolean holds(InetAddress address) {
            byte[] ours = first.getAddress();
            byte[] theirs = address.getAddress();
            if (ours.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if (((ours[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Reads globs ({@code *.example.com}), networks ({@code 10.0.0.0/8}, {@code fd00::/8}) and addresses, which are networks of one.
     *
     * @throws IllegalArgumentException that names what is neither
     */
    public static Destinations of(List<String> texts) {
        List<String> globs = new ArrayList<>();
        List<Network> networks = new ArrayList<>();
        for (String text : texts) {
            Optional<Network> network = network(text.strip());
            if (network.isPresent()) {
                networks.add(network.get());
            } else if (text.strip().matches("[\\p{L}\\p{N}*._-]+")) {
                globs.add(normal(text));
            } else {
                throw new IllegalArgumentException(
                        "[" + text
                                + "] is neither a host such as feed.example.com or *.example.com nor a network such as 10.0.0.0/8");
            }
        }
        return new Destinations(globs, networks);
    }

    private static Optional<Network> network(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = Literals.address(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int whole = address.get().getAddress().length * 8;
        String digits = slash < 0 ? String.valueOf(whole) : text.substring(slash + 1);
        int bits = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : MOST_BITS + 1;
        return bits > whole ? Optional.empty() : Optional.of(new Network(withoutZone(address.get()), bits));
    }

    /** An interface of this machine is no part of a network. */
    private static InetAddress withoutZone(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 octets are an address", impossible);
        }
    }

    /** Whether a host may be dialled, as far as its name says it: its addresses are to be looked at too. */
    public boolean allowsHost(String host) {
        Optional<InetAddress> literal = networks.isEmpty() ? Optional.empty() : Literals.address(host);
        if (literal.isPresent()) {
            return allowsAddress(literal.get());
        }
        String name = normal(host);
        return globs.isEmpty() || globs.stream().anyMatch(glob -> matches(glob, name));
    }

    public boolean allowsAddress(InetAddress address) {
        return networks.isEmpty() || networks.stream().anyMatch(network -> network.holds(address));
    }

    /** Whether it matters what address a name has. */
    public boolean looksAtAddresses() {
        return !networks.isEmpty();
    }

    private static String normal(String host) {
        String lower = host.strip().toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Takes the last star back as often as it must, so that no glob costs more than the product of the two lengths. */
    private static boolean matches(String glob, String name) {
        int star = -1;
        int retry = 0;
        int at = 0;
        int in = 0;
        while (in < name.length()) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                retry = in;
            } else if (at < glob.length() && glob.charAt(at) == name.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++retry;
            } else {
                return false;
            }
        }
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        return at == glob.length();
    }
}
