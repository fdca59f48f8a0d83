package io.bascule.scenarios.crash;

import io.bascule.updateengine.UpdateEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a host is doing when its power is cut. Each begins with release 1.0.0 in slot A, which came up. */
public enum Scenario {
    /** The first update of a host: slot B holds nothing. */
    FIRST_UPDATE {
        @Override
        void prepare(CrashHost host, Path offers) {}

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.1.0");
        }
    },
    /** An update over the release that ran before. */
    UPDATE {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            updateAndBoot(host, offers, "1.1.0");
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.2.0");
        }
    },
    /** An update that is made from what runs; its blocks come in another order than those of a full payload. */
    DELTA_UPDATE {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            updateAndBoot(host, offers, Releases.DELTA_FROM);
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            update(host, offers, Releases.DELTA);
        }
    },
    /** An update waits for its reboot, and another one comes. */
    UPDATE_OVER_WAITING {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.1.0");
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.2.0");
        }
    },
    /** An update over one whose tries were used up, which must never start again. */
    UPDATE_OVER_FAILED {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.1.0");
            for (var tries = 0; tries < TRIES; tries++) {
                host.boot();
            }
            host.bootToTheEnd();
            host.engine().judge();
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.2.0");
        }

        @Override
        Optional<String> broken() {
            return Optional.of("1.1.0");
        }
    },
    DOWNGRADE {
        @Override
        void prepare(CrashHost host, Path offers) {}

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            update(host, offers, "0.9.0");
        }
    },
    ROLLBACK {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            updateAndBoot(host, offers, "1.1.0");
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            host.engine().rollback(OPTIONS);
        }
    },
    /** A rollback of a release that has not passed its health checks. */
    ROLLBACK_ON_TRIAL {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.1.0");
            host.boot();
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            host.engine().rollback(OPTIONS);
        }
    },
    FORWARD_AGAIN {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            updateAndBoot(host, offers, "1.1.0");
            host.engine().rollback(OPTIONS);
            host.bootToTheEnd();
            host.engine().judge();
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.1.0");
        }
    },
    /** An update over the release that a rollback left, which is the newer one. */
    UPDATE_AFTER_ROLLBACK {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            FORWARD_AGAIN.prepare(host, offers);
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.2.0");
        }
    },
    /** systemd-boot counts the first boot of a new release. */
    COUNTING {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.1.0");
        }

        @Override
        void run(CrashHost host, Path offers) {
            host.boot();
        }
    },
    /** The boot is complete: the running entry loses its counter, and the judge writes down what happened. */
    BLESSING {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.1.0");
            host.boot();
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            host.engine().judge();
        }
    },
    /** The running release is called bad. */
    MARK_BAD {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            updateAndBoot(host, offers, "1.1.0");
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            host.engine().markBad(Optional.empty(), "", OPTIONS);
        }
    },
    /** The release that waits for its reboot is called bad. */
    MARK_BAD_WAITING {
        @Override
        void prepare(CrashHost host, Path offers) throws IOException {
            update(host, offers, "1.1.0");
        }

        @Override
        void run(CrashHost host, Path offers) throws IOException {
            host.engine().markBad(Optional.of(Releases.of("1.1.0").version()), "", OPTIONS);
        }
    };

    static final String FIRST = "1.0.0";
    static final int TRIES = 3;

    /** What every state is updated to in the end. */
    static final String NEXT = "3.0.0";

    static final UpdateEngine.Options OPTIONS = new UpdateEngine.Options(true, false, TRIES);

    /** Brings the host to where the recording begins. */
    abstract void prepare(CrashHost host, Path offers) throws IOException;

    /** What is recorded. */
    abstract void run(CrashHost host, Path offers) throws IOException;

    /** {@return a release on the disk that never comes up} */
    Optional<String> broken() {
        return Optional.empty();
    }

    /** {@return whether the release that comes up in the end is on trial, and the one that runs comes back if it fails} */
    boolean trial() {
        return switch (this) {
            case FIRST_UPDATE,
                    UPDATE,
                    DELTA_UPDATE,
                    UPDATE_OVER_WAITING,
                    UPDATE_OVER_FAILED,
                    DOWNGRADE,
                    ROLLBACK,
                    FORWARD_AGAIN,
                    UPDATE_AFTER_ROLLBACK,
                    MARK_BAD -> true;
            case ROLLBACK_ON_TRIAL, COUNTING, BLESSING, MARK_BAD_WAITING -> false;
        };
    }

    /** {@return whether a slot is written, and not names alone} */
    public boolean writes() {
        return switch (this) {
            case FIRST_UPDATE,
                    UPDATE,
                    DELTA_UPDATE,
                    UPDATE_OVER_WAITING,
                    UPDATE_OVER_FAILED,
                    DOWNGRADE,
                    UPDATE_AFTER_ROLLBACK -> true;
            case ROLLBACK, ROLLBACK_ON_TRIAL, FORWARD_AGAIN, COUNTING, BLESSING, MARK_BAD, MARK_BAD_WAITING -> false;
        };
    }

    private static void update(CrashHost host, Path offers, String version) throws IOException {
        host.engine().update(Releases.offer(Releases.of(version), offers), OPTIONS);
    }

    private static void updateAndBoot(CrashHost host, Path offers, String version) throws IOException {
        update(host, offers, version);
        host.bootToTheEnd();
        host.engine().judge();
    }

    /** {@return its name in recipes} */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if there is none of that name; the message says which there are */
    static Scenario parse(String text) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no scenario '" + text + "', only "
                        + Arrays.stream(values()).map(Scenario::text).collect(Collectors.joining(", "))));
    }
}
