export function stores(): { readonly etcd: string; readonly consul: string; readonly zookeeperClassPath: string };
export function provideStores(): Promise<void>;
