// Results in TAP, counted on from what ran before.
let count = Number(process.argv[3] ?? 0);

/** One result; the lines say why it is not as it should be. */
export function report(name, faults) {
    count += 1;
    console.log(`${faults.length === 0 ? 'ok' : 'not ok'} ${count} - ${name}`);
    for (const fault of faults) console.log(`  # ${fault}`);
}

/** The same for something that may throw. */
export async function attempt(name, work) {
    try {
        report(name, await work());
    } catch (error) {
        report(name, [String(error.message)]);
    }
}

export function plan() {
    console.log(`1..${count}`);
}
