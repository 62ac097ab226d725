import packageFile from '../../../package.json' with { type: 'json' };

/** Version of Baleen, as `/version` and the `Server` header have it. */
export const gatewayVersion: string = packageFile.version;
